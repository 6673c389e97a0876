/** autocannon has no types of its own; this is what the bench uses of it. */
declare module 'autocannon' {
  export default function autocannon(options: object): Promise<unknown>
}
