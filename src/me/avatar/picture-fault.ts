/** Why a file is refused as a picture. */
import { Refusal } from "../../problem.ts";

const faults = {
  wrong_type: "is not of the type that Content-Type names",
  cut_off: "ends before the picture does",
  malformed: "breaks a rule of its format",
  trailing_bytes: "goes on after the end of the picture",
  animated: "has more than one frame",
  too_large: "is wider or higher than 512 pixels",
  unsupported: "uses a part of its format that browsers do not need",
} as const;

export type PictureFault = keyof typeof faults;

/** @throws {Refusal} `picture_refused`, with the reason in `errors`. */
export function refusePicture(code: PictureFault): never {
  throw new Refusal("picture_refused", { errors: [{ pointer: "", code, message: faults[code] }] });
}

/** @throws {Refusal} `picture_refused` unless what a picture has to fulfil holds. */
export function requirePicture(holds: boolean, code: PictureFault = "malformed"): void {
  if (!holds) refusePicture(code);
}

/** Decoders reserve memory by these numbers, before they have read the rest. */
const maxSide = 512;

/** @throws {Refusal} `picture_refused` for a picture that is too large or has no size. */
export function requireSize(width: number, height: number): void {
  requirePicture(width > 0 && height > 0);
  requirePicture(width <= maxSide && height <= maxSide, "too_large");
}
