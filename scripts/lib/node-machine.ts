/** What `npm run doctor` asks of this machine. */
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import type { Certificate, Machine } from "../../src/operator/doctor/machine.ts";
import { OperatorError } from "../../src/operator-error.ts";

const connectMs = 5_000;

export const nodeMachine: Machine = {
  nodeVersion: process.versions.node,
  async freeBytes(path) {
    const { bavail, bsize } = await statfs(existingFolder(resolve(path)));
    return bavail * bsize;
  },
  certificate: readCertificate,
};

const existingFolder = (path: string): string => (existsSync(path) ? path : existingFolder(dirname(path)));

function readCertificate(host: string, port: number): Promise<Certificate> {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const name = isIP(bare) ? {} : { servername: bare };
  return new Promise((resolve, reject) => {
    // A certificate that nobody trusts is to be read as well.
    const socket = connect({ host: bare, port, ...name, rejectUnauthorized: false, timeout: connectMs });
    const refuse = (reason: string) => {
      socket.destroy();
      reject(new OperatorError(`There is no TLS server at ${host}:${port} (${reason}).`));
    };
    socket.once("secureConnect", () => {
      resolve(certificateOf(socket));
      socket.destroy();
    });
    socket.once("timeout", () => refuse("no answer"));
    socket.once("error", (error) => refuse("code" in error ? String(error.code) : error.name));
  });
}

function certificateOf(socket: TLSSocket): Certificate {
  const { valid_to: end } = socket.getPeerCertificate();
  // A string at run time, whatever the types say: the code of OpenSSL, or of the comparison with the host name.
  const trouble = socket.authorized ? undefined : String(socket.authorizationError);
  return { trouble, endsAt: Date.parse(end) };
}
