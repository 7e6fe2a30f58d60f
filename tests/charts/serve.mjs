// A chart repository of plain files, with what real ones do: passwords, redirects to another host, and a token service
// for a registry.
//
//   node serve.mjs FOLDER LOG [CERTIFICATE KEY]
//
// prints its port. Everything below `/private/` wants ann's password, `/moved/` redirects to the other of `127.0.0.1` and
// `localhost`, `/downgrade/` to plain HTTP, `/token` gives tokens that the registry believes by the keys in
// `FOLDER/../jwks.json`. Each request is a line of LOG: method, host, path, and whether credentials came with it.
import { createHash, createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { join, normalize } from "node:path";

const [folder, log, certificate, key] = process.argv.slice(2);
const password = `Basic ${Buffer.from("ann:secret").toString("base64")}`;

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = { ...publicKey.export({ format: "jwk" }), use: "sig", alg: "ES256" };
jwk.kid = createHash("sha256").update(jwk.x).digest("hex").slice(0, 16);
if (!certificate) writeFileSync(join(folder, "../jwks.json"), JSON.stringify({ keys: [jwk] }));

// A token as the registry's own documentation specifies it.
function token(service, scopes, account) {
  const access = scopes.map((scope) => {
    const [type, name, actions] = scope.split(":");
    return { type, name, actions: actions.split(",").filter((action) => account || action === "pull") };
  });
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "tests", sub: account, aud: service, nbf: now - 60, iat: now, exp: now + 300, jti: randomUUID(), access };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ typ: "JWT", alg: "ES256", kid: jwk.kid })}.${part(claims)}`;
  return `${text}.${createSign("SHA256").update(text).sign({ key: privateKey, dsaEncoding: "ieee-p1363" }, "base64url")}`;
}

function answer(request, response) {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const authorization = request.headers.authorization;
  appendFileSync(log, `${request.method} ${request.headers.host} ${url.pathname} ${authorization ? "credentials" : "anonymous"}\n`);
  const end = (status, headers, body) => response.writeHead(status, headers).end(body);
  const moved = url.pathname.match(/^\/moved(\/.*)/);
  if (moved) {
    const other = url.hostname === "localhost" ? "127.0.0.1" : "localhost";
    return end(302, { location: `${certificate ? "https" : "http"}://${other}:${url.port}${moved[1]}` });
  }
  if (url.pathname.startsWith("/downgrade/")) {
    return end(302, { location: `http://${url.host}/open/index.yaml` });
  }
  const wanted = url.pathname.startsWith("/private/") || (url.pathname === "/token" && authorization);
  if (wanted && authorization !== password) {
    return end(401, { "www-authenticate": 'Basic realm="charts"' });
  }
  if (url.pathname === "/token") {
    const account = authorization ? "ann" : "";
    const given = token(url.searchParams.get("service"), url.searchParams.getAll("scope"), account);
    return end(200, { "content-type": "application/json" }, JSON.stringify({ token: given }));
  }
  try {
    const path = normalize(decodeURIComponent(url.pathname)).replace(/^\/(open|private)\//, "/");
    end(200, { "content-type": "application/octet-stream" }, readFileSync(join(folder, path)));
  } catch {
    end(404, {}, "not there");
  }
}

const server = certificate
  ? createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) }, answer)
  : createServer(answer);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
