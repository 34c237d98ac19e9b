/**
 * `npm run test:identifiers`: makes 100,000 random identifiers of each everyday kind and prints how many are taken for
 * card numbers. It fails where more than one in a thousand is. Give another count and a seed as arguments.
 */
import { holdsCardNumber } from "../../src/fields/card-number.ts";
import { everydayKinds, seeded } from "../fields/everyday-identifiers.ts";

const [count = 100_000, seed = 1] = process.argv.slice(2).map(Number);

const rates = Object.entries(everydayKinds).map(([kind, make]) => {
  const pick = seeded(seed);
  let refused = 0;
  for (let made = 0; made < count; made += 1) if (holdsCardNumber(make(pick))) refused += 1;
  const perThousand = (refused / count) * 1000;
  console.info(
    `${kind.padEnd(46)} ${String(refused).padStart(6)} of ${count}  ${perThousand.toFixed(2)} in 1,000`,
  );
  return perThousand;
});

process.exitCode = rates.every((rate) => rate <= 1) ? 0 : 1;
