import { argon2, randomBytes, timingSafeEqual } from "node:crypto";

const passes = 2;

/**
 * Hashes a password with Argon2i, as Logto stores it.
 * @param cost memory in KiB; tests keep it small.
 * @returns a PHC string: `$argon2i$v=19$m=…,t=…,p=1$salt$hash`.
 */
export async function hashPassword(password: string, cost: number): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return `$argon2i$v=19$m=${cost},t=${passes},p=1$${unpadded(salt)}$${unpadded(key)}`;
}

/**
 * Compares a password with a stored digest. It takes the same time when there is no digest.
 * @param digest a PHC string, or `null` for a user without a password.
 * @param cost memory in KiB of the dummy hash that is computed when there is no digest.
 */
export async function verifyPassword(
  password: string,
  digest: string | null,
  cost: number,
): Promise<boolean> {
  const [, , , parameters, salt, expected] = (digest ?? "").split("$");
  if (parameters === undefined || salt === undefined || expected === undefined) {
    await derive(password, randomBytes(16), cost);
    return false;
  }
  const memory = Number(/m=(\d+)/.exec(parameters)?.[1] ?? cost);
  const key = await derive(password, Buffer.from(salt, "base64"), memory);
  return timingSafeEqual(key, Buffer.from(expected, "base64"));
}

function derive(password: string, nonce: Buffer, memory: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2(
      "argon2i",
      { message: password, nonce, parallelism: 1, tagLength: 32, memory, passes },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
