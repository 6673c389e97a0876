import type { LocaleDefinition } from '@faker-js/faker'

/** The modules of the library that the makers of lib/generate/fake-values.ts draw from. */
const drawn = [
  'metadata',
  'color',
  'commerce',
  'company',
  'finance',
  'internet',
  'location',
  'lorem',
  'person',
  'phone_number',
  'word',
] as const

/** Long lists of theirs that no maker draws from. */
const left: { readonly [module in (typeof drawn)[number]]?: readonly string[] } = {
  internet: ['emoji'],
  location: ['language', 'time_zone'],
  word: ['adverb', 'verb'],
}

/** The library's English texts, so far as they are drawn from: all of them are twice as long. */
export async function fakeTexts(): Promise<LocaleDefinition> {
  const { faker } = await import('@faker-js/faker/locale/en')
  const definitions: LocaleDefinition = faker.rawDefinitions
  return Object.fromEntries(
    drawn.map(module => {
      const lists = Object.entries(definitions[module] ?? {})
      return [module, Object.fromEntries(lists.filter(([name]) => !left[module]?.includes(name)))]
    }),
  )
}
