/**
 * Public list prices of AWS in US dollars, without tax, discount or free tier: the first tier of each. A table in the
 * code, so that an estimate needs no network and two estimates of one version agree; its date is in every estimate.
 */
export type UnitPrices = {
  /** A GB-second of a function on arm64. */
  readonly lambdaGbSecond: number
  readonly lambdaRequest: number
  /** Standard workflows. */
  readonly stateTransition: number
  /** PUT, COPY, POST or LIST on S3 Standard. */
  readonly objectWrite: number
  /** GET and every other request. */
  readonly objectRead: number
  readonly objectGbMonth: number
  /** DynamoDB on demand: 1 KB written. */
  readonly tableWriteUnit: number
  /** DynamoDB on demand: 4 KB read, strongly consistent. */
  readonly tableReadUnit: number
  /** A call of a REST API. */
  readonly apiCall: number
  /** Out to the internet; what comes in is free. */
  readonly transferOutGb: number
  /** Through a NAT gateway, either way, beside `transferOutGb`. */
  readonly natGb: number
  /** Taken in by CloudWatch Logs, standard class. */
  readonly logGb: number
  /** One event on EventBridge. */
  readonly event: number
  /** One message published to SNS. */
  readonly notification: number
}

export type PriceKey = keyof UnitPrices

export type Prices = {
  readonly region: string
  /** ISO date on which the table was last compared with what is published. */
  readonly date: string
  readonly unitUsd: UnitPrices
  /** Present where the region is not in the table: whose prices these are. */
  readonly note?: string
}

/** What each price is for and the page that has it, for whoever checks the table. Each page has the table of every region. */
export const PRICE_SOURCES: { readonly [key in PriceKey]: { readonly unit: string; readonly page: string } } = {
  lambdaGbSecond: { unit: 'GB-second', page: 'https://aws.amazon.com/lambda/pricing/' },
  lambdaRequest: { unit: 'request', page: 'https://aws.amazon.com/lambda/pricing/' },
  stateTransition: { unit: 'transition', page: 'https://aws.amazon.com/step-functions/pricing/' },
  objectWrite: { unit: 'request', page: 'https://aws.amazon.com/s3/pricing/' },
  objectRead: { unit: 'request', page: 'https://aws.amazon.com/s3/pricing/' },
  objectGbMonth: { unit: 'GB-month', page: 'https://aws.amazon.com/s3/pricing/' },
  tableWriteUnit: { unit: 'write unit', page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/' },
  tableReadUnit: { unit: 'read unit', page: 'https://aws.amazon.com/dynamodb/pricing/on-demand/' },
  apiCall: { unit: 'call', page: 'https://aws.amazon.com/api-gateway/pricing/' },
  transferOutGb: { unit: 'GB', page: 'https://aws.amazon.com/ec2/pricing/on-demand/' },
  natGb: { unit: 'GB', page: 'https://aws.amazon.com/vpc/pricing/' },
  logGb: { unit: 'GB', page: 'https://aws.amazon.com/cloudwatch/pricing/' },
  event: { unit: 'event', page: 'https://aws.amazon.com/eventbridge/pricing/' },
  notification: { unit: 'message', page: 'https://aws.amazon.com/sns/pricing/' },
}

const MILLION = 1_000_000

/** What costs the same in every region of the table. */
const EVERYWHERE = {
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / MILLION,
  stateTransition: 0.025 / 1_000,
  transferOutGb: 0.09,
  event: 1 / MILLION,
  notification: 0.5 / MILLION,
}

const US: UnitPrices = {
  ...EVERYWHERE,
  objectWrite: 0.005 / 1_000,
  objectRead: 0.0004 / 1_000,
  objectGbMonth: 0.023,
  tableWriteUnit: 0.625 / MILLION,
  tableReadUnit: 0.125 / MILLION,
  apiCall: 3.5 / MILLION,
  natGb: 0.045,
  logGb: 0.5,
}

const IRELAND: UnitPrices = {
  ...US,
  tableWriteUnit: 0.705 / MILLION,
  tableReadUnit: 0.1415 / MILLION,
  natGb: 0.048,
  logGb: 0.57,
}

const FRANKFURT: UnitPrices = {
  ...EVERYWHERE,
  objectWrite: 0.0054 / 1_000,
  objectRead: 0.00043 / 1_000,
  objectGbMonth: 0.0245,
  tableWriteUnit: 0.7625 / MILLION,
  tableReadUnit: 0.1525 / MILLION,
  apiCall: 3.7 / MILLION,
  natGb: 0.052,
  logGb: 0.63,
}

export const DEFAULT_REGION = 'us-east-1'

/**
 * The day on which the table was last compared with what is published: not with AWS's price list itself but with public
 * transcriptions of it. Those of API Gateway and SNS were compared with none; they are from memory of their pages.
 */
const DATE = '2026-08-16'

const REGIONS: Readonly<Record<string, UnitPrices>> = {
  [DEFAULT_REGION]: US,
  'us-east-2': US,
  'us-west-2': US,
  'eu-west-1': IRELAND,
  'eu-central-1': FRANKFURT,
}

export const PRICED_REGIONS: readonly string[] = Object.keys(REGIONS)

/** The prices of a region. One that is not in the table gets those of us-east-1, with a note that says so. */
export function pricesOf(region: string): Prices {
  const unitUsd = Object.hasOwn(REGIONS, region) ? REGIONS[region] : undefined
  if (unitUsd !== undefined) return { region, date: DATE, unitUsd }
  const note = `${region} is not in the price table: these are the prices of ${DEFAULT_REGION}, and its own may be higher`
  return { region, date: DATE, unitUsd: US, note }
}
