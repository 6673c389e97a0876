import type { GrammarError } from './grammar-error.ts'
import { nearestKey as nearest } from './nearest-key.ts'
import { fakeKinds, functionForms, hmacAlgorithms, templateFunctions } from './template-function.ts'

/** What is wrong with one call, whatever it stands in; `literals` holds the arguments that are constant texts. */
export function checkCall(
  name: string,
  count: number,
  literals: readonly (string | undefined)[],
): GrammarError | undefined {
  if (name.startsWith('fake.')) {
    const kind = name.slice('fake.'.length)
    if (!fakeKinds.includes(kind)) return unknownFake(kind)
    return count === 0
      ? undefined
      : { message: `${name}() takes no arguments, and was given ${count}`, fix: `${name}()`, partial: true }
  }
  const arity = Object.hasOwn(templateFunctions, name) ? templateFunctions[name] : undefined
  if (arity === undefined) return undefined
  const form = functionForms[name] ?? `${name}()`
  if (count < arity[0] || count > arity[1]) {
    const wanted = arity[0] === 0 ? 'no arguments' : arity[0] === 1 ? '1 argument' : `${arity[0]} arguments`
    return { message: `${name}() takes ${wanted}, and was given ${count}`, expected: form }
  }
  const algorithm = name === 'hmac' ? literals[0] : undefined
  if (algorithm !== undefined && !hmacAlgorithms.includes(algorithm)) {
    const near = nearest(algorithm, hmacAlgorithms)
    return {
      message: `hmac() does not know the algorithm "${algorithm}"`,
      expected: `one of ${hmacAlgorithms.join(', ')}`,
      ...(near === undefined ? {} : { fix: near, partial: true }),
    }
  }
  return undefined
}

function unknownFake(kind: string): GrammarError {
  const near = nearest(kind, fakeKinds)
  return {
    message: `there is no fake.${kind}()`,
    expected: near === undefined ? `one of ${fakeKinds.map(known => `fake.${known}()`).join(', ')}` : `fake.${near}()`,
    ...(near === undefined ? {} : { fix: `fake.${near}()`, partial: true }),
  }
}
