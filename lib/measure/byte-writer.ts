/** Bytes that grow as they are written: LEB128 varints, and texts as places in a table that is stored once. */
export class ByteWriter {
  private bytes = new Uint8Array(1024)
  private length = 0
  private readonly places = new Map<string, number>()

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow()
    this.bytes[this.length++] = value
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    let rest = value
    while (rest > 0x7fffffff) {
      this.byte((rest % 128) | 128)
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      this.byte((rest & 127) | 128)
      rest >>>= 7
    }
    this.byte(rest)
  }

  append(bytes: Uint8Array): void {
    while (this.length + bytes.length > this.bytes.length) this.grow()
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  text(value: string): void {
    let place = this.places.get(value)
    if (place === undefined) {
      place = this.places.size
      this.places.set(value, place)
    }
    this.varint(place)
  }

  /** Every text written, by place. */
  get texts(): readonly string[] {
    return [...this.places.keys()]
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  private grow(): void {
    const larger = new Uint8Array(this.bytes.length * 2)
    larger.set(this.bytes)
    this.bytes = larger
  }
}
