/** Fewest and most arguments. */
type Arity = readonly [number, number]

/** What may be called inside `{{ }}` beside CEL's own functions. */
export const templateFunctions: Readonly<Record<string, Arity>> = {
  uuid: [0, 0],
  now: [0, 0],
  randomInt: [2, 2],
  randomString: [1, 1],
  pick: [1, 1],
  base64: [1, 1],
  sha256: [1, 1],
  hmac: [3, 3],
  number: [1, 1],
}

/** How each function is written, for messages and the reference. */
export const functionForms: Readonly<Record<string, string>> = {
  uuid: 'uuid()',
  now: 'now()',
  randomInt: 'randomInt(1, 500)',
  randomString: 'randomString(16)',
  pick: "pick(['a', 'b'])",
  base64: 'base64(text)',
  sha256: 'sha256(text)',
  hmac: "hmac('sha256', key, body)",
  number: 'number(text)',
}

/** The digests that `hmac` knows. */
export const hmacAlgorithms: readonly string[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512']

/**
 * The kinds of `fake.KIND()`. The list stands here so that reading a scenario does not load the library that makes
 * them; a test holds it against the makers in lib/generate.
 */
export const fakeKinds: readonly string[] = [
  'firstName',
  'lastName',
  'fullName',
  'email',
  'username',
  'password',
  'phone',
  'jobTitle',
  'street',
  'city',
  'state',
  'zipCode',
  'country',
  'countryCode',
  'latitude',
  'longitude',
  'company',
  'productName',
  'price',
  'currency',
  'creditCard',
  'iban',
  'word',
  'words',
  'sentence',
  'paragraph',
  'url',
  'domain',
  'ip',
  'ipv6',
  'userAgent',
  'uuid',
  'color',
  'boolean',
  'number',
]

/** Names that templates read without anybody having saved them; `body` is the bytes about to be sent. */
export const builtInRoots: readonly string[] = ['vars', 'env', 'secret', 'response', 'iteration', 'vu', 'body']

/** Names that no data set or saved value can have: an expression would read something else. */
export const reservedNames: readonly string[] = [...builtInRoots, 'fake', 'cel', 'true', 'false', 'null', 'in', 'or']
