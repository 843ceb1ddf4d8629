// Makes the package `entitlement-ledger`: npm run package
import { buildPackage } from './build.mjs'

console.log(await buildPackage())
