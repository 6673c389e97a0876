/**
 * A reseedable generator of pseudo-random numbers: sfc32 (Doty-Humphrey's Small Fast Counting generator from PractRand),
 * 128 bits of state, period at least 2^32. Not for secrets. Nothing is allocated a draw, and reseeding is cheap enough
 * for one an iteration. State is kept as signed 32-bit words, which V8 holds without boxing.
 */
export class Random {
  private a = 0
  private b = 0
  private c = 0
  private counter = 1

  /** @param seed a whole number below 2^53 in magnitude; equal seeds give equal sequences on every machine. */
  constructor(seed: number) {
    this.reseed(seed)
  }

  /** Starts the sequence of `seed`, whatever was drawn before. */
  reseed(seed: number): void {
    this.a = seed | 0
    this.b = Math.floor(seed / 0x1_0000_0000) | 0
    this.c = 0x9e3779b9 | 0
    this.counter = 1
    // Twelve rounds carry every bit of the seed into every word; fewer leave close seeds with alike first draws.
    for (let round = 0; round < 12; round++) this.word()
  }

  /** 32 fair bits as a signed word. */
  word(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0
    return sum
  }

  /** Uniform on [0, 1), a multiple of 2^-53. */
  next(): number {
    const high = this.word() >>> 5
    const low = this.word() >>> 6
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000
  }

  /** A whole number from `from` to `to`, both included, each equally likely. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }
}
