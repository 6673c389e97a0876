/**
 * Where a local AWS (LocalStack 4.14, MiniStack) differs from what AWS documents. The template is AWS's: nothing of it had
 * to be changed for LocalStack. What differs is how the API is reached; `local: true` of the configuration says so.
 */

/**
 * The emulator's own output names a host that does not resolve without its DNS server, so its REST APIs are called by
 * path. https://docs.localstack.cloud/aws/services/apigateway/
 */
export function localApiUrl(endpoint: string, apiId: string, stage: string): string {
  return `${endpoint.replace(/\/$/, '')}/_aws/execute-api/${apiId}/${stage}`
}
