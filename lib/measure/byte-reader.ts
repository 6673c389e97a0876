/** Reads what `ByteWriter` wrote. The container's checksum has vouched for the bytes; running past them still throws. */
export class ByteReader {
  readonly bytes: Uint8Array
  /** Of the same bytes. */
  readonly view: DataView
  at = 0
  private readonly texts: readonly string[]

  constructor(bytes: Uint8Array, texts: readonly string[] = []) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.texts = texts
  }

  byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw new Error('the measurements end too early')
    return byte
  }

  /** Most are of four bytes at most; only longer ones need more than 32 bits. */
  varint(): number {
    const { bytes, at } = this
    const first = bytes[at] as number
    if (first < 128) {
      this.at = at + 1
      return first
    }
    return this.moreVarint(first)
  }

  /** Apart, so that what reads the shortest has little to take in. */
  private moreVarint(first: number): number {
    const { bytes, at } = this
    const second = bytes[at + 1] as number
    if (second < 128) {
      this.at = at + 2
      return (first & 127) | (second << 7)
    }
    const third = bytes[at + 2] as number
    const low = (first & 127) | ((second & 127) << 7)
    if (third < 128) {
      this.at = at + 3
      return low | (third << 14)
    }
    const fourth = bytes[at + 3] as number
    if (fourth < 128) {
      this.at = at + 4
      return low | ((third & 127) << 14) | (fourth << 21)
    }
    return this.longVarint()
  }

  private longVarint(): number {
    let value = 0
    let unit = 1
    for (;;) {
      const byte = this.byte()
      value += (byte & 127) * unit
      if (byte < 128) return value
      unit *= 128
    }
  }

  text(): string {
    const text = this.texts[this.varint()]
    if (text === undefined) throw new Error('the measurements name a text that their table does not have')
    return text
  }
}
