/** IP addresses as numbers, parsed strictly and compared by prefix. */

/** An IPv4-mapped IPv6 address counts as the IPv4 address in it. */
export type Address = { bits: 32 | 128; value: bigint };

export type Range = { address: Address; prefix: number };

/** @returns undefined for anything but a plain address. A zone such as `%eth0` is ignored. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 64) return undefined;
  if (!text.includes(":")) return parseV4(text);
  const [address = ""] = text.split("%");
  const value = parseV6(address);
  if (value === undefined) return undefined;
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

/** @returns undefined for anything but a CIDR or a plain address; an address is a range of one. */
export function parseRange(text: string): Range | undefined {
  const [base = "", length] = text.split("/");
  const address = parseAddress(base);
  if (address === undefined) return undefined;
  const mapped = address.bits === 32 && base.includes(":");
  const prefix = length === undefined ? address.bits : Number(length) - (mapped ? 96 : 0);
  return prefix >= 0 && prefix <= address.bits ? { address, prefix } : undefined;
}

/** Whether an address lies in a range. An IPv4 address never lies in an IPv6 range, nor the reverse. */
export function inRange({ bits, value }: Address, { address, prefix }: Range): boolean {
  const rest = BigInt(address.bits - prefix);
  return bits === address.bits && value >> rest === address.value >> rest;
}

function parseV4(text: string): Address | undefined {
  const parts = text.split(".");
  if (
    parts.length !== 4 ||
    !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  ) {
    return undefined;
  }
  return { bits: 32, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map(groups);
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(missing).fill("0"), ...tail];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** The 16-bit groups on one side of `::`. An IPv4 address at the end counts as the last two groups. */
function groups(half: string): string[] {
  if (half === "") return [];
  const parts = half.split(":");
  const last = parts.at(-1) ?? "";
  const v4 = last.includes(".") ? parseV4(last) : undefined;
  if (v4 === undefined) return parts;
  return [...parts.slice(0, -1), (v4.value >> 16n).toString(16), (v4.value & 0xffffn).toString(16)];
}
