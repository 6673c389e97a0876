import type { EventEmitter } from 'node:events'
import { platform } from 'node:process'

/** As which the starter passes SIGINT on, where it had to start another Node (bin/squall.js). Windows has no such signal. */
const PASSED_ON = 'SIGUSR2'

/**
 * Listens for SIGINT. A terminal sends it to this process and to its starter, which passes it on; `kill PID` sends it to the
 * starter alone. So it was sent as often as the more frequent of the two came. Returns what stops listening.
 */
export function onCtrlC(signals: Pick<EventEmitter, 'on' | 'off'>, listener: () => void): () => void {
  let own = 0
  let passedOn = 0
  let told = 0
  const tell = () => {
    if (Math.max(own, passedOn) === told) return
    told++
    listener()
  }
  const onOwn = () => {
    own++
    tell()
  }
  const onPassedOn = () => {
    passedOn++
    tell()
  }
  signals.on('SIGINT', onOwn)
  if (platform !== 'win32') signals.on(PASSED_ON, onPassedOn)
  return () => {
    signals.off('SIGINT', onOwn)
    signals.off(PASSED_ON, onPassedOn)
  }
}
