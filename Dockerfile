# preflight alone: a static program in an image that holds nothing else, run by a user without rights. There is no git in it:
# --changed and --staged need another image, and what the pack `git` asks is undecided. Whoever checks a project mounts it:
#   docker run --rm --network none --read-only --volume "$PWD:/project:ro" preflight check
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY . .
# Static against glibc, on any architecture: what `scripts/package.py` does, and what is tested in an empty root.
RUN RUSTFLAGS="-C target-feature=+crt-static" \
    cargo build --release --locked --target "$(rustc --print host-tuple)" \
    && mkdir -p /root-of-image/licenses \
    && cp "target/$(rustc --print host-tuple)/release/preflight" /root-of-image/preflight \
    && cp LICENSE-APACHE LICENSE-MIT /root-of-image/licenses/

FROM scratch
COPY --from=build /root-of-image/ /
USER 65532:65532
WORKDIR /project
ENTRYPOINT ["/preflight"]
CMD ["check"]
