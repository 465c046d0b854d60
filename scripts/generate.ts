// Writes what follows from other files (`npm run generate`): database types from the migrations, docs/rules
// from src/domain.
import { testDatabase } from '#test/db.ts'
import { writeRules } from './generate-rules.ts'
import { generateTypes } from './generate-types.ts'

writeRules()
const database = await testDatabase()
try {
  const complaint = generateTypes(database.ownerUrl)
  if (complaint) throw new Error(complaint)
} finally {
  await database.close()
}
