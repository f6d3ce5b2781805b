# The image of the command `kong`. Both bases are plain Debian: the SDK is fetched, and the runtime is part of what is published.
#   docker build -t gateway .
#   docker build -t gateway --build-arg SDK_IMAGE=<an image that has the .NET 10 SDK> .
ARG SDK_IMAGE=debian:12
ARG RUNTIME_IMAGE=debian:12-slim

FROM ${SDK_IMAGE} AS build
ARG TARGETARCH=amd64
ARG DOTNET_CHANNEL=10.0
# The runtime that is published with the product: the newest patch, whatever the SDK brought.
ARG RUNTIME_VERSION=10.0.14
ARG DOTNET_INSTALL_URL=https://dot.net/v1/dotnet-install.sh
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 PATH=/usr/share/dotnet:${PATH}
RUN command -v dotnet >/dev/null || { \
        apt-get update -q && apt-get install -y -q --no-install-recommends ca-certificates curl libssl3 libstdc++6 zlib1g \
        && curl -fsSL "$DOTNET_INSTALL_URL" -o /tmp/dotnet-install.sh \
        && bash /tmp/dotnet-install.sh --channel "$DOTNET_CHANNEL" --install-dir /usr/share/dotnet \
        && rm -rf /tmp/dotnet-install.sh /var/lib/apt/lists/*; }
WORKDIR /source
COPY .editorconfig global.json Directory.Build.props Directory.Packages.props ./
COPY src/ src/
RUN case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no such architecture: $TARGETARCH" >&2; exit 1 ;; esac \
    # Compiled ahead, it starts in five sixths of the time; what runs often is compiled anew as it runs.
    && dotnet publish src/Kong/Kong.csproj -c Release -r "$rid" --self-contained -o /published -v q -nologo \
        -p:DebugType=none -p:PublishReadyToRun=true -p:RuntimeFrameworkVersion="$RUNTIME_VERSION"

FROM ${RUNTIME_IMAGE}
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends ca-certificates liblmdb0 libssl3 libstdc++6 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 1000 kong && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /usr/local/kong --shell /usr/sbin/nologin kong \
    # Volumes take the owner of the folder that they are mounted on.
    && mkdir -p /usr/local/kong /etc/kong/cluster /etc/kong/database \
    && chown -R kong:kong /usr/local/kong /etc/kong
COPY --from=build /published/ /opt/kong/
COPY docker/docker-entrypoint.sh /docker-entrypoint.sh
RUN chmod 755 /docker-entrypoint.sh && ln -s /opt/kong/kong /usr/local/bin/kong
# Diagnostics would write sockets to /tmp, which a read-only root file system refuses.
ENV KONG_PREFIX=/usr/local/kong DOTNET_EnableDiagnostics=0
USER 1000:1000
WORKDIR /usr/local/kong
EXPOSE 8000 8443 8001 8444 8002 8445 8005 8006 8100
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=6 CMD ["kong", "health"]
ENTRYPOINT ["/docker-entrypoint.sh"]
CMD ["kong", "docker-start"]
