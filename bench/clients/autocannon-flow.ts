/**
 * The flow of ten steps in autocannon: `autocannon-flow.ts ORIGIN CONNECTIONS SECONDS`. Each answer is parsed, checked
 * twice, and gives the next step its path. Prints how many answers have come, and how many of them failed a check.
 */
import autocannon from 'autocannon'
import { flowSteps } from '../cases.ts'

type Context = { id?: number; iteration?: number }

const [origin = '', connections = '1', seconds = '1'] = process.argv.slice(2)
let answers = 0
let failed = 0

const requests = Array.from({ length: flowSteps }, (_, step) => ({
  method: 'GET' as const,
  setupRequest(request: object, context: Context) {
    if (step === 0) context.iteration = (context.iteration ?? -1) + 1
    const path =
      step === 0 ? `/item/${1 + Math.floor(Math.random() * 500)}` : `/item/${context.id}?step=${context.iteration}`
    return { ...request, path }
  },
  onResponse(status: number, body: string, context: Context) {
    answers++
    const item = JSON.parse(body) as { id: number; stock: number }
    context.id = item.id
    if (status !== 200 || !(item.stock > 0)) failed++
  },
}))

await autocannon({ url: origin, connections: Number(connections), duration: Number(seconds), requests } as never)
console.log(`${answers} ${failed}`)
