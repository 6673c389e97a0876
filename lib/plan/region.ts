import { nearestKey } from '../scenario/nearest-key.ts'

/** An area, or a part of one, then where in it: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html */
const form =
  /^[a-z]{2,4}(-[a-z]{2,4})?-(central|north|south|east|west|northeast|northwest|southeast|southwest)-\d{1,2}$/

/** For what was mistyped only: a region that is not here may be a new one. */
const regions = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'us-gov-east-1', 'us-gov-west-1'],
  ...['ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1', 'af-south-1', 'il-central-1'],
  ...['eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['me-central-1', 'me-south-1', 'ap-east-1', 'ap-east-2', 'ap-south-1', 'ap-south-2'],
  ...['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3'],
  ...['ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7', 'cn-north-1', 'cn-northwest-1'],
]

export const EXPECTED_REGION = 'an AWS region such as eu-central-1 or us-east-1'

export const isRegion = (text: string): boolean => form.test(text)

/** The region that was most likely meant by what is none. */
export function nearestRegion(text: string): string | undefined {
  return nearestKey(text, regions)
}
