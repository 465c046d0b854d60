/** The rows of a journey, one statement a request. $1 is the application, $2 the account, $3 the instant. */

const noted = (action: string, from: string, to: string, request = 'null') => `
  insert into history (thing, thing_id, action, from_state, to_state, account_id, actor_name, actor_place, request_id, at)
  values ('application', $1, '${action}', ${from}, '${to}', $2, '钱思远', '1100DEM000014', ${request}, $3)`

const moved = (set: string, from = '') => `
  update application set ${set}, version = version + 1, modified_by = $2, modified_at = $3 ${from}
  where id = $1 returning version, application_no, window_no`

/** $4 enterprise, $5 form. */
const create = `
  with given as (
    select (l.line->>'unitPrice')::numeric as price, (l.line->>'quantity')::numeric as quantity,
      l.line->>'specGrade' as spec, l.place
    from jsonb_array_elements($5::jsonb->'lines') with ordinality as l(line, place)),
  made as (
    insert into application (id, window_no, state, channel, enterprise_id, department, created_by, created_at,
      modified_by, modified_at, apply_date, form_version, form, goods_key, goods_name, category_code, licence_type,
      goods_unit, total_quantity, total_amount, total_amount_usd)
    select $1, 'XK2026' || lpad(nextval('window_no_seq')::text, 10, '0'), 'draft', 'api', $4, '出口一部', $2,
      $3::timestamptz, $2, $3, $3::date, 1, $5::jsonb - 'lines', 'citric_acid', '柠檬酸', 'C90390', 'licence', '千克',
      sum(quantity), sum(price * quantity), sum(price * quantity) from given
    returning version, application_no, window_no),
  lines as (
    insert into application_line (application_id, line_no, spec_grade, unit_price, quantity, amount, amount_usd)
    select $1, place, spec, price, quantity, price * quantity, price * quantity from given),
  noted as (${noted('create', 'null', 'draft')})
  select * from made`

/** $4 contract sheet. */
const save = moved('contract_sheet = $4, content_version = content_version + 1')

/** $4 id, $5 name, $6 size, $7 SHA-256. */
const attach = `
  with moved as (${moved('content_version = content_version + 1')}),
  noted as (${noted('attach', `'draft'`, 'draft')}),
  attached as (
    insert into attachment (id, application_id, type_code, name, size, sha256, media_type, created_by, created_at)
    values ($4, $1, 'CONTRACT', $5, $6, $7, 'application/pdf', $2, $3))
  select * from moved`

/** $4 code of the enterprise. */
const prepare = `
  with counter as (
    insert into number_counter as c (kind, scope, year, last) values ('application', $4, 2026, 600001)
    on conflict (kind, scope, year) do update set last = c.last + 1 returning last),
  moved as (${moved(
    `application_no = '26' || $4 || counter.last, apply_date = $3::date, content_version = content_version + 1`,
    'from counter',
  )}),
  noted as (${noted('prepare_seal', `'draft'`, 'draft')})
  select * from moved`

/** $4 id, $5 content, $6 digest, $7 CMS, $8 certificate, $9 request. */
const seal = `
  with sealed as (
    insert into seal (id, application_id, content_version, content, digest, cms, certificate_fingerprint, account_id,
      signed_at, sealed_at)
    values ($4, $1, 4, $5, $6, $7, $8, $2, $3, $3)),
  moved as (${moved(`state = 'ready', seal_id = $4`)}),
  noted as (${noted('seal', `'draft'`, 'ready', '$9')})
  select * from moved`

/** $4 id, $5 words, $6 request. */
const submit = `
  with frozen as (
    insert into submission (id, application_id, seal_id, words, submitted_by, submitted_at)
    select $4, $1, seal_id, $5, $2, $3 from application where id = $1),
  kept as (
    insert into submitted_file (sha256, submitted_at) select distinct sha256, $3::timestamptz from attachment
    where application_id = $1 on conflict do nothing),
  moved as (${moved(`state = 'first_review', submitted_at = $3, submitted_by = $2, due_on = $3::date + 3`)}),
  noted as (${noted('submit', `'ready'`, 'first_review', '$6')})
  select * from moved`

export const statements = { create, save, attach, prepare, seal, submit }
