/** Squall's own version: in the report, in `user-agent`, in `--version`. A test keeps it equal to package.json's. */
export const version = '0.1.0'
