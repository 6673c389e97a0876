/** Maps items to what they promise, in their order, with at most `width` of them under way. The first failure ends it. */
export async function* mapAhead<In, Out>(
  items: Iterable<In>,
  width: number,
  map: (item: In) => Promise<Out>,
): AsyncGenerator<Out> {
  const underWay: Promise<Out>[] = []
  for (const item of items) {
    const promise = map(item)
    // A later one may fail while an earlier one is awaited; it is met when its turn comes.
    promise.catch(() => {})
    underWay.push(promise)
    if (underWay.length < width) continue
    const first = underWay.shift()
    if (first !== undefined) yield await first
  }
  for (const promise of underWay) yield await promise
}
