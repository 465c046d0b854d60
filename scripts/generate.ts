// Writes src/server/db/types.gen.ts from a freshly migrated database (`npm run generate`).
import { testDatabase } from '#test/db.ts'
import { generateTypes } from './generate-types.ts'

const database = await testDatabase()
try {
  const complaint = generateTypes(database.ownerUrl)
  if (complaint) throw new Error(complaint)
} finally {
  await database.close()
}
