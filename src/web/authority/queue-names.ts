import { queues, type QueueName } from '#domain/application/actions.ts'

/** The queues in the order of their tabs. */
export const queueNames = Object.keys(queues).filter((name): name is QueueName => Object.hasOwn(queues, name))
