# Debian rather than Alpine: the prebuilt database driver and password hash are tested with glibc.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The package for other services, which the tests have as a dependency.
COPY client/package.json client/
RUN npm ci
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY web ./web
COPY client ./client
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
# docker build --build-arg VERSION=1.2.3 --build-arg REVISION=$(git rev-parse HEAD) --build-arg CREATED=$(date -u +%FT%TZ) .
ARG VERSION=development REVISION= CREATED=
LABEL org.opencontainers.image.title="Latchkey" \
  org.opencontainers.image.description="Personal access tokens for your product: a self-hosted service." \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version=$VERSION \
  org.opencontainers.image.revision=$REVISION \
  org.opencontainers.image.created=$CREATED
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
# The embedded database; a volume takes over the owner.
RUN mkdir data && chown node:node data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/health/live').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, so that the signal to stop arrives.
CMD ["node", "dist/main.js"]
