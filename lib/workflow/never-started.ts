/** The workflow has refused to start a run: nothing of it has begun, and nothing will by itself. */
export class NeverStarted extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'NeverStarted'
  }
}
