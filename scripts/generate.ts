// Writes what follows from other files (`npm run generate`): database types from the migrations, docs/rules
// and the schemas in docs/customs from src/domain.
import { testDatabase } from '#test/db.ts'
import { writeRules } from './generate-rules.ts'
import { writeSchemas } from './generate-schemas.ts'
import { generateTypes } from './generate-types.ts'

writeRules()
writeSchemas()
const database = await testDatabase()
try {
  const complaint = generateTypes(database.ownerUrl)
  if (complaint) throw new Error(complaint)
} finally {
  await database.close()
}
