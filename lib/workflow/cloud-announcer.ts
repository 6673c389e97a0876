import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { keys } from '../store/keys.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { type Deployment, needPart } from './deployment.ts'
import type { AnnouncePorts, VerdictEvent } from './ports.ts'

/** Longest subject that SNS takes. */
const longestSubject = 100

/**
 * Tells a verdict to EventBridge (source `squall`, detail-type `Squall Verdict`) and to the SNS topic, whose messages
 * carry the attributes `verdict` and `scenario` for filter policies. A channel that has been told is noted beside the
 * run, so that a repeated Announce, or the one of the stopped run, tells nothing twice. A crash between telling and
 * noting can: the run id in the message is what tells a repetition.
 */
export function cloudAnnouncer(deployment: Deployment, objects: ObjectStore): AnnouncePorts {
  const { region } = deployment
  const eventBusName = needPart(deployment, 'eventBusName')
  const topicArn = needPart(deployment, 'topicArn')
  const events = new EventBridgeClient({ region })
  const topic = new SNSClient({ region })
  const once = async (runId: string, channel: string, tell: () => Promise<void>): Promise<void> => {
    const key = keys.announced(runId, channel)
    if ((await objects.get(key)) !== undefined) return
    await tell()
    await objects.put(key, new Uint8Array())
  }
  return {
    async announce(event) {
      await once(event.runId, 'event', async () => {
        const { FailedEntryCount, Entries } = await events.send(
          new PutEventsCommand({
            Entries: [
              {
                EventBusName: eventBusName,
                Source: 'squall',
                DetailType: 'Squall Verdict',
                Detail: JSON.stringify(event),
              },
            ],
          }),
        )
        // PutEvents answers 200 where it took nothing.
        if (FailedEntryCount) throw new Error(`EventBridge refused the event: ${Entries?.[0]?.ErrorMessage}`)
      })
      await once(event.runId, 'topic', async () => {
        await topic.send(new PublishCommand({ TopicArn: topicArn, ...verdictMessage(event) }))
      })
    },
  }
}

/** For subscribers by mail a sentence, for all others the event as JSON. */
export function verdictMessage(event: VerdictEvent) {
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue })
  const from = event.schedule === undefined ? '' : ` (schedule ${event.schedule})`
  return {
    Subject: printable(`${event.verdict}: ${event.scenario}${from}`).slice(0, longestSubject),
    MessageStructure: 'json',
    Message: JSON.stringify({
      default: JSON.stringify(event),
      email: `${event.scenario}${from}: ${event.headline}\n\nrun ${event.runId}\n`,
    }),
    MessageAttributes: {
      verdict: attribute(event.verdict),
      // An attribute's value must not be empty.
      scenario: attribute(event.scenario || '-'),
      ...(event.schedule !== undefined && { schedule: attribute(event.schedule) }),
    },
  }
}

/** A subject is ASCII on one line. */
function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?')
}
