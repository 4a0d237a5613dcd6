// Kafka topics, by name. A dead-letter topic keeps what a handler gave up on, with the reason in its headers.
export interface Topic {
  readonly name: string
  readonly partitions: number
  readonly retentionMs: number
}

const dayMs = 86_400_000

export const deadLetterTopicOf = (topic: Topic): Topic => ({
  name: `${topic.name}.dead`,
  partitions: 1,
  retentionMs: 7 * dayMs,
})

const withDeadLetters = (topic: Topic): readonly Topic[] => [topic, deadLetterTopicOf(topic)]

export const ordersPlacedTopic: Topic = { name: 'orders.placed.v1', partitions: 3, retentionMs: dayMs }

export const productsUploadedTopic: Topic = { name: 'products.upload.v1', partitions: 3, retentionMs: dayMs }

export const usersCreatedTopic: Topic = { name: 'users.created.v1', partitions: 3, retentionMs: dayMs }

/** Every topic of the lab; each service makes sure of them at its start. */
export const topics: readonly Topic[] = [
  ...withDeadLetters(ordersPlacedTopic),
  ...withDeadLetters(productsUploadedTopic),
  ...withDeadLetters(usersCreatedTopic),
]
