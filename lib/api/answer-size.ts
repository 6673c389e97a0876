/** Lambda's answers have 6 MB with their header fields; what is larger is read from the bucket, or page by page. */
export const MAX_ANSWER_BYTES = 5_500_000

/** Lambda gives its answer to API Gateway as a text in JSON, where quotation marks and line ends take two bytes. */
export const bytesInAnswer = (text: string) => Buffer.byteLength(JSON.stringify(text))
