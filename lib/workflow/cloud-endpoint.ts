import { CLOUD_FILE, readCloudFile } from '../infra/cloud-file.ts'
import type { Fault } from '../scenario/fault.ts'
import { apiKeySigner, iamSigner, type RequestSigner, unsigned } from './request-signer.ts'

/** The HTTP API that runs are started at, and how requests to it are signed. */
export type CloudEndpoint = { readonly url: URL; readonly sign: RequestSigner }

export type EndpointOptions = {
  /** `--api URL`. */
  readonly api?: string
  readonly profile?: string
  readonly region?: string
}

/**
 * Where the API is: `--api`, else the variable SQUALL_API, else what `squall deploy` wrote in this folder. A key in
 * SQUALL_API_KEY is sent as API key; an address of this machine (`squall serve`) is asked without a signature; all else is
 * signed for IAM in the region of the URL, of `--region` or of AWS_REGION.
 */
export async function cloudEndpoint(
  options: EndpointOptions,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<CloudEndpoint | Fault> {
  const named = options.api ?? env['SQUALL_API']
  const file = readCloudFile()
  // What names the API elsewhere needs no file, whatever is in it.
  if (file !== undefined && 'message' in file && named === undefined) return file
  const written = file !== undefined && 'message' in file ? undefined : file
  const text = named ?? written?.apiUrl
  if (text === undefined)
    return {
      message: `no deployment is known here: neither --api, nor SQUALL_API, nor ${CLOUD_FILE}`,
      expected: 'the URL of the HTTP API of a deployment',
      fix: 'squall deploy, or --api https://ID.execute-api.REGION.amazonaws.com/v1',
    }
  if (!URL.canParse(text) || !/^https?:\/\//i.test(text))
    return {
      path: '--api',
      message: `"${text}" is no http URL`,
      expected: 'https://ID.execute-api.REGION.amazonaws.com/v1',
    }
  const url = new URL(text.endsWith('/') ? text : `${text}/`)
  const key = env['SQUALL_API_KEY']
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  if (key !== undefined && key !== '') {
    if (url.protocol === 'https:' || isHere) return { url, sign: apiKeySigner(key) }
    return {
      path: '--api',
      message: `the key in SQUALL_API_KEY would go to ${url.host} in the clear`,
      expected: 'https://, or an address of this machine',
      fix: `https://${url.host}${url.pathname}`,
    }
  }
  const isEmulator = url.pathname.includes('/_aws/execute-api/')
  const isLocal = isHere && !isEmulator
  if (isLocal) return { url, sign: unsigned }
  const inHost = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(url.hostname)?.[1]
  const region = options.region ?? inHost ?? written?.region ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION']
  if (region === undefined)
    return {
      path: '--region',
      message: 'the region of the API is not known',
      expected: 'a region such as eu-central-1',
    }
  const { profile } = options
  return { url, sign: await iamSigner({ region, ...(profile !== undefined && { profile }) }) }
}
