import type { NotReady } from '../infra/account-ready.ts'

/** What is missing before AWS can be asked, what was expected, and how to mend it. */
export function notReadyText(found: NotReady, profile?: string): string {
  return texts[found.kind](found, profile)
}

const texts: Readonly<Record<NotReady['kind'], (found: NotReady, profile?: string) => string>> = {
  credentials: (
    { said },
    profile,
  ) => `no credentials that AWS takes${profile === undefined ? '' : ` in the profile "${profile}"`}: ${said}
  expected credentials as the AWS tools find them
  fix: --profile NAME, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws sso login`,
  region: ({ said }) => `no AWS region is named: ${said}
  expected a region such as eu-central-1
  fix: --region NAME, or the variable AWS_REGION`,
  bootstrap: ({ region }) => `CDK has not been used in this account and in ${region} yet
  fix: squall deploy --bootstrap makes them ready, once`,
  unreachable: ({ said, region }) => `AWS does not answer in ${region}: ${said}
  expected a region that there is, and a way to it from here`,
}
