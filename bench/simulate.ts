import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FUNCTION_MEMORY_MB } from '../lib/plan/function-memory.ts'
import { SIMULATION_STEPS, type SimulationOptions } from './simulation-steps.ts'
import { markdownTable } from './tables.ts'

const { values } = parseArgs({
  options: {
    step: { type: 'string' },
    folder: { type: 'string' },
    generators: { type: 'string', default: '1000' },
    seconds: { type: 'string' },
    out: { type: 'string' },
  },
})

/** What one step took. `peakMb` is its process's high-water mark, Node and the modules included. */
type Taken = { readonly ms: number; readonly peakMb: number; readonly said: string }

if (values.step === undefined) await simulate()
else await runStep(values.step, optionsOf(values.folder ?? ''))

function optionsOf(folder: string, seconds = values.seconds ?? '600'): SimulationOptions {
  return { folder, generators: Number(values.generators), seconds: Number(seconds) }
}

/** In the child process: does the step, and says what it took as a line of JSON. */
async function runStep(name: string, options: SimulationOptions): Promise<void> {
  const step = SIMULATION_STEPS.find(each => each.name === name)
  if (step === undefined) throw new Error(`there is no step ${name}`)
  const startedMs = performance.now()
  const said = await step.run(options)
  const ms = performance.now() - startedMs
  const taken: Taken = { ms, peakMb: process.resourceUsage().maxRSS / 1024, said }
  process.stdout.write(`${JSON.stringify(taken)}\n`)
}

async function simulate(): Promise<void> {
  const lengths = values.seconds === undefined ? (['600', '86400'] as const).map(String) : [values.seconds]
  const parts: string[] = []
  for (const seconds of lengths) parts.push(await simulateRun(seconds))
  const text = `# A simulation of ${values.generators} generators

Made by \`node bench/simulate.ts --out bench/SIMULATION.md\`. Runs of ${values.generators} generators with 950 connections each, 949 users
and an open load beside them, go through the workflow's own functions: sized and priced, planned, scheduled, one leg's shard
results made (of random latencies, by the recorder itself), watched, merged, aggregated. Nothing is sent and no AWS is asked;
the store is files. Each step has a process of its own, so that its memory is what its Lambda would need, Node included.
${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus()[0]?.model ?? 'an unknown processor'}, shared with other work.

${parts.join('\n\n')}

- The copying of legs is part of the simulation only, and so is the making of all results: a generator makes one.
- Watch reads every snapshot of the legs under way at each look, up to two legs at a seam, in far less than the 5 s between
  two looks of 1,000 generators.
- Merge takes one result after another, so that a leg of 1,000 shards needs hardly more memory than one of ten.
- Aggregate of 24 h holds the health of 120,000 generators, each with a histogram of its lateness: that is its memory, and
  why it is deployed with ${FUNCTION_MEMORY_MB.aggregate.toLocaleString('en-US')} MB.
- The default ceilings of a deployment forbid both of these runs.
`
  if (values.out !== undefined) writeFileSync(values.out, text)
  process.stdout.write(text)
}

async function simulateRun(seconds: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-simulation-'))
  try {
    const rows: string[][] = []
    for (const { name, title, memoryOf } of SIMULATION_STEPS) {
      const taken = await childStep(name, folder, seconds)
      const limit = memoryOf === undefined ? '' : `${FUNCTION_MEMORY_MB[memoryOf]} MB`
      rows.push([title, `${(taken.ms / 1000).toFixed(2)} s`, `${Math.round(taken.peakMb)} MB`, limit, taken.said])
      process.stderr.write(`${seconds} s, ${name}: ${rows.at(-1)?.slice(1).join(', ')}\n`)
    }
    const heading = `## A load of ${Number(seconds) >= 3_600 ? `${Number(seconds) / 3_600} h` : `${Number(seconds) / 60} min`}`
    return `${heading}\n\n${markdownTable(['step', 'time', 'memory', 'deployed with', ''], rows)}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function childStep(name: string, folder: string, seconds: string): Promise<Taken> {
  const words = ['--step', name, '--folder', folder, '--generators', values.generators, '--seconds', seconds]
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', chunk => {
      text += chunk
    })
    child.once('close', code =>
      code === 0 ? resolve(JSON.parse(text) as Taken) : reject(new Error(`step ${name} ended with code ${code}`)),
    )
  })
}
