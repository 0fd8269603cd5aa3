# nginx with the console. It also forwards to the API and the orchestrators' WebSocket.
#   docker build -f docker/admin.Dockerfile -t moolai-controller-admin .
# Runs on a read-only file system; it writes only to /tmp.
ARG NODE_VERSION=24.21.0
ARG NGINX_VERSION=1.28.0
# "@sha256:…" pins an image; docs/operators.md has a command that prints the digest.
ARG NODE_DIGEST=
ARG NGINX_DIGEST=

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
RUN npx nx run-many -t build -p admin

FROM nginx:${NGINX_VERSION}-alpine${NGINX_DIGEST}
COPY docker/nginx/nginx.conf /etc/nginx/nginx.conf
COPY docker/nginx/controller.conf /etc/nginx/controller.conf
COPY docker/nginx/console.conf /etc/nginx/console.conf
COPY docker/nginx/http.conf /etc/nginx/sites/site.conf
COPY docker/nginx/start.sh /etc/nginx/start.sh
COPY --from=build /src/apps/admin/dist/browser /usr/share/nginx/html
USER nginx
EXPOSE 80
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1/"]
# nginx answers running requests before it exits.
STOPSIGNAL SIGQUIT
# The image's own entry point writes to /etc, which is read-only.
ENTRYPOINT []
CMD ["sh", "/etc/nginx/start.sh"]
