/** Reads what `ByteWriter` wrote. The container's checksum has vouched for the bytes; running past them still throws. */
export class ByteReader {
  readonly bytes: Uint8Array
  at = 0
  private readonly texts: readonly string[]

  constructor(bytes: Uint8Array, texts: readonly string[] = []) {
    this.bytes = bytes
    this.texts = texts
  }

  byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw new Error('the measurements end too early')
    return byte
  }

  varint(): number {
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
