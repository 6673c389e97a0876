/** A template that could not be filled in. The message is for the user, and holds no value that may be a secret. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
}
