import { getSystemErrorName } from 'node:util'

/** What a system call's negated error number says, in the form of Node's own errors. */
export function systemError(call: string, errno: number): Error {
  const code = getSystemErrorName(errno)
  return Object.assign(new Error(`${call} ${code}`), { code, errno, syscall: call })
}
