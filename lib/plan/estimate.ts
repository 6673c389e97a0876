import type { FunctionName } from './function-memory.ts'
import type { Plan } from './plan.ts'
import { PRICE_SOURCES, type PriceKey, type Prices } from './price-table.ts'
import { type CostAssumptions, DEFAULT_ASSUMPTIONS, plannedUsage, type RunUsage } from './run-usage.ts'

export type CostItem = {
  readonly name: string
  readonly quantity: number
  readonly unit: string
  readonly unitUsd: number
  readonly usd: number
}

export type CostEstimate = {
  readonly totalUsd: number
  readonly region: string
  /** ISO date of the price table. */
  readonly priceDate: string
  /** The greatest first. */
  readonly items: readonly CostItem[]
  /** What was taken for granted, a sentence each. */
  readonly assumptions: readonly string[]
}

/** What a plan will cost in the cloud, item by item. Free tiers, discounts and taxes are left out. */
export function estimateCost(
  plan: Plan,
  prices: Prices,
  assumptions: CostAssumptions = DEFAULT_ASSUMPTIONS,
): CostEstimate {
  const items = priceUsage(plannedUsage(plan, assumptions), prices)
  return {
    totalUsd: totalUsd(items),
    region: prices.region,
    priceDate: prices.date,
    items,
    assumptions: [...(prices.note === undefined ? [] : [prices.note]), ...sentences(assumptions)],
  }
}

export function totalUsd(items: readonly CostItem[]): number {
  return items.reduce((sum, { usd }) => sum + usd, 0)
}

const FUNCTION_NAMES = ['generate', 'watch', 'plan', 'merge', 'aggregate', 'announce', 'api'] as const

/** Prices what was used: one item for each thing that is billed, those of which nothing was used left out. */
export function priceUsage(usage: RunUsage, prices: Prices): readonly CostItem[] {
  const item = (name: string, quantity: number, key: PriceKey): CostItem => {
    const unitUsd = prices.unitUsd[key]
    return { name, quantity, unit: PRICE_SOURCES[key].unit, unitUsd, usd: quantity * unitUsd }
  }
  const gbSeconds = (name: FunctionName) => {
    const { billedMs, memoryMb } = usage.functions[name]
    return (billedMs / 1000) * (memoryMb / 1024)
  }
  const invocations = FUNCTION_NAMES.reduce((sum, name) => sum + usage.functions[name].invocations, 0)
  const items = [
    ...FUNCTION_NAMES.map(name => item(`Lambda ${name}`, gbSeconds(name), 'lambdaGbSecond')),
    item('Lambda requests', invocations, 'lambdaRequest'),
    item('Step Functions', usage.stateTransitions, 'stateTransition'),
    item('S3 writes', usage.objectWrites, 'objectWrite'),
    item('S3 reads', usage.objectReads, 'objectRead'),
    item('S3 storage', usage.objectGbMonths, 'objectGbMonth'),
    item('DynamoDB writes', usage.tableWriteUnits, 'tableWriteUnit'),
    item('DynamoDB reads', usage.tableReadUnits, 'tableReadUnit'),
    item('API Gateway', usage.apiCalls, 'apiCall'),
    item('data out', usage.transferOutGb, 'transferOutGb'),
    item('NAT gateway', usage.natGb, 'natGb'),
    item('CloudWatch Logs', usage.logGb, 'logGb'),
    item('EventBridge', 1, 'event'),
    item('SNS', 1, 'notification'),
  ]
  return items.filter(({ quantity }) => quantity > 0).toSorted((a, b) => b.usd - a.usd)
}

const NETWORKS = {
  internet: 'the target is reached through the internet: what is sent is billed, answers are free',
  nat: 'the generators are in a VPC behind a NAT gateway, which bills requests and answers; its hours are not counted',
  private: 'the target is reached inside of the network: no transfer is billed',
} as const

function sentences({ answers, network, retentionDays, followEveryMs }: CostAssumptions): string[] {
  return [
    `the target answers in ${answers.answerMs} ms, a request has ${answers.requestBytes} bytes and an answer ${answers.responseBytes}, heads and TLS included`,
    'every drain lasts as long as it may, and nothing is done twice',
    NETWORKS[network],
    `artifacts are kept for ${retentionDays} days, and one client follows the run every ${followEveryMs / 1000} s`,
    'no free tier, discount or tax; what the stack costs while no run goes on is not in it',
  ]
}
