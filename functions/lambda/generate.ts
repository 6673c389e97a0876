export const handler = async (input: unknown) => input
