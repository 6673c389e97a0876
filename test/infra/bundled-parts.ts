/** What is bundled for a test as a function is, to be compared with the same code as it is. */
export { monotonicClock } from '../../lib/generate/clock.ts'
export { loadCookies, UserCookies } from '../../lib/generate/cookies.ts'
export { fakeMakers, makeFake } from '../../lib/generate/fake-values.ts'
export { httpDispatchers, prepareDispatchers } from '../../lib/generate/http-dispatchers.ts'
export { prepareLibraries } from '../../lib/generate/libraries.ts'
export { tryFlows } from '../../lib/generate/try-flows.ts'
export { openCloudStore } from '../../lib/store/cloud-store.ts'
export { openSecretStores } from '../../lib/workflow/secret-stores.ts'
