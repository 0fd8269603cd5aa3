# The controller: API, orchestrators' WebSocket and Swagger. Build from the repository's root:
#   docker build -f docker/api.Dockerfile -t moolai-controller .
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund \
  && npx nx run-many -t build -p api \
  && npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    CONTROLLER_DATA_DIR=/data
WORKDIR /app
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules ./node_modules
COPY --from=build /src/libs/contracts/package.json ./libs/contracts/
COPY --from=build /src/libs/contracts/dist ./libs/contracts/dist
COPY --from=build /src/libs/dtos/package.json ./libs/dtos/
COPY --from=build /src/libs/dtos/dist ./libs/dtos/dist
COPY --from=build /src/apps/api/dist ./apps/api/dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8765/api/v1/controller/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1 and answers SIGTERM: goodbye to the orchestrators, last batch, exit.
CMD ["node", "apps/api/dist/main.js"]
