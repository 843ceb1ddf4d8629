import { migrate } from './an-empty-ledger.ts'

await migrate()
