import { spawn } from 'node:child_process'

/** What a command cost: CPU time of its whole process tree, and time on the clock. */
export type Spent = {
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly stdout: string
  readonly code: number | null
}

/** `times` of the shell: a line for itself, one for the children that it has waited for, and theirs. */
const script = '"$@"; code=$?; echo; times; exit $code'

/**
 * Runs a command to its end below a shell that tells what its children have used (POSIX `times`, on Linux in steps of
 * 10 ms): user and system time of all processes and threads that were waited for. The shell's own is not counted.
 */
export function spent(
  words: readonly string[],
  {
    cwd,
    codes = [0],
  }: { readonly cwd?: string /** Exit codes of a run that counts. */; readonly codes?: readonly number[] } = {},
): Promise<Spent> {
  const startedMs = performance.now()
  const place = cwd === undefined ? {} : { cwd }
  const child = spawn('sh', ['-c', script, 'sh', ...words], { ...place, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      const cpuSeconds = childrenSeconds(stdout)
      if (cpuSeconds === undefined) reject(new Error(`${words.join(' ')} left no times:\n${stdout}\n${stderr}`))
      else if (code === null || !codes.includes(code))
        reject(new Error(`${words.join(' ')} ended with code ${code}:\n${stdout}\n${stderr}`))
      else resolve({ cpuSeconds, wallSeconds: (performance.now() - startedMs) / 1000, stdout, code })
    })
  })
}

/** The children's user and system seconds from the two last lines of what `times` prints, such as `0m1.23s 0m0.45s`. */
export function childrenSeconds(text: string): number | undefined {
  const line = text.trimEnd().split('\n').at(-1) ?? ''
  const parts = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/.exec(line)
  if (parts === null) return undefined
  const [userMinutes = 0, user = 0, systemMinutes = 0, system = 0] = parts.slice(1).map(Number)
  return (userMinutes + systemMinutes) * 60 + user + system
}
