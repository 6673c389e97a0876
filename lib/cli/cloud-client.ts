import type { Fault } from '../scenario/fault.ts'
import { ApiClient, ApiProblem, ApiUnreachable } from '../workflow/api-client.ts'
import { cloudEndpoint, type EndpointOptions } from '../workflow/cloud-endpoint.ts'
import { CommandExit, exitCode } from './exit-code.ts'
import { faultText } from './fault-text.ts'

/** Asks the API of the deployment that the options mean; what it refuses, and its silence, end the command in clear words. */
export async function askCloud<T>(
  options: EndpointOptions,
  act: (client: ApiClient) => Promise<T>,
  atPlace: (fault: Fault) => Fault = fault => fault,
): Promise<T> {
  const endpoint = await cloudEndpoint(options)
  if ('message' in endpoint) throw new CommandExit(exitCode.notStarted, faultText([endpoint]))
  try {
    return await act(new ApiClient(endpoint))
  } catch (error) {
    if (error instanceof ApiUnreachable) throw new CommandExit(exitCode.notStarted, error.message)
    if (!(error instanceof ApiProblem)) throw error
    const { faults, message } = error
    throw new CommandExit(
      exitCode.notStarted,
      faults.length > 0 ? faultText(faults.map(atPlace)) : `refused: ${message}`,
    )
  }
}
