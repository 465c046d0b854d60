/** The printed application: as it was frozen at submission, with its seal; a draft prints as it stands. */
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { application, isSubmitted } from '#domain/application/actions.ts'
import { applicationDocument, type ApplicationFacts } from '#domain/application/document.ts'
import { wordsOf, type WordsSection } from '#domain/application/words.ts'
import type { Actor } from '#domain/machine.ts'
import type { Context } from '../context.ts'
import { disposition, inPlace } from '../files/send.ts'
import { PressFailed, PressRefused } from '../print/press.ts'
import { Refused } from '../refused.ts'
import { stateOf } from './act.ts'
import { contentShown, seesSubmission } from './as-submitted.ts'
import type { Content, Row } from './record.ts'

const Words: z.ZodType<WordsSection[]> = z.array(
  z.object({
    title: z.string(),
    answers: z.array(z.object({ name: z.string(), label: z.string(), text: z.string() })),
    rows: z
      .array(z.object({ headings: z.array(z.string()), cells: z.array(z.array(z.string())) }))
      .exactOptional(),
  }),
)

async function sectionsOf(ctx: Context, actor: Actor, row: Row, content: Content): Promise<WordsSection[]> {
  if (isSubmitted(row.state) || seesSubmission(actor, row)) {
    const submission = await ctx.db
      .selectFrom('submission')
      .select('words')
      .where('application_id', '=', row.id)
      .orderBy('submitted_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    return Words.parse(submission.words)
  }
  const codes = await ctx.codes.current()
  return wordsOf(content, (list, code) => codes.entry(list, code)?.name)
}

async function sealOf(ctx: Context, row: Row): Promise<ApplicationFacts['seal']> {
  if (row.seal_id === null) return null
  const seal = await ctx.db
    .selectFrom('seal')
    .innerJoin('account', 'account.id', 'seal.account_id')
    .innerJoin('certificate', 'certificate.fingerprint', 'seal.certificate_fingerprint')
    .innerJoin('application', 'application.id', 'seal.application_id')
    .innerJoin('enterprise', 'enterprise.id', 'application.enterprise_id')
    .select(['account.person_name', 'certificate.serial', 'seal.digest', 'seal.signed_at', 'enterprise.name'])
    .where('seal.id', '=', row.seal_id)
    .executeTakeFirstOrThrow()
  return {
    enterpriseName: seal.name,
    signer: seal.person_name,
    signedAt: seal.signed_at,
    certificateSerial: seal.serial,
    digest: seal.digest,
  }
}

const reviewActions = ['pass_first', 'return', 'pass_second', 'reject', 'send_back'] as const

async function reviewsOf(ctx: Context, id: string): Promise<ApplicationFacts['reviews']> {
  const rows = await ctx.db
    .selectFrom('history')
    .select(['action', 'actor_name', 'opinion', 'at'])
    .where('thing', '=', 'application')
    .where('thing_id', '=', id)
    .where('action', 'in', [...reviewActions])
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    step: application.isAction(row.action) ? application.actions[row.action].label : row.action,
    officer: row.actor_name,
    at: row.at,
    opinion: row.opinion ?? '',
  }))
}

/** Sends the PDF of an application that the person may see. */
export async function sendApplicationDocument(ctx: Context, actor: Actor, stored: Row, reply: FastifyReply) {
  const { row, content } = await contentShown(ctx.db, actor, stored)
  const [sections, seal, reviews, licence] = await Promise.all([
    sectionsOf(ctx, actor, row, content),
    sealOf(ctx, row),
    reviewsOf(ctx, row.id),
    ctx.db
      .selectFrom('licence')
      .select('licence_no')
      .where('application_id', '=', row.id)
      .where('replaces_id', 'is', null)
      .executeTakeFirst(),
  ])
  const pdf = await typeset(ctx, {
    applicationNo: row.application_no ?? '',
    windowNo: row.window_no,
    licenceNo: licence?.licence_no ?? null,
    state: application.states[stateOf(row.state)],
    sections,
    seal,
    reviews,
    createdAt: ctx.clock(),
  })
  const name = row.application_no ?? row.window_no
  return reply
    .type('application/pdf')
    .header('cache-control', 'private, no-store')
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', inPlace)
    .header('content-disposition', disposition(`出口许可证申请表${name}.pdf`, true))
    .send(pdf)
}

async function typeset(ctx: Context, facts: ApplicationFacts): Promise<Buffer> {
  try {
    return await ctx.press.application(applicationDocument(facts))
  } catch (error) {
    if (error instanceof PressRefused) throw new Refused(409, 'rule', error.message)
    if (error instanceof PressFailed) throw new Refused(503, 'busy', error.message)
    throw error
  }
}
