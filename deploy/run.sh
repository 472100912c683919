#!/usr/bin/env bash
# Builds Passbook's image, starts it, waits until it is healthy and prints its address. `run.sh --https` puts Caddy in
# front, for the address in PASSBOOK_PUBLIC_URL. Works with Docker or Podman.
set -euo pipefail
cd "$(dirname "$0")"

readonly patience=120 # seconds
# Podman's default image format has no HEALTHCHECK.
export BUILDAH_FORMAT=docker

main() {
  files=()
  case "$*" in
    "") ;;
    --https) files=(--file compose.yaml --file compose.https.yaml) ;;
    *) stop "usage: deploy/run.sh [--https]" ;;
  esac
  find_compose
  echo "passbook: building the image (the first time takes a quarter of an hour or more)"
  compose build || stop "the image could not be built: see above"
  compose up --detach || stop "it could not be started: see above. If port 3000 is taken, change it in deploy/compose.yaml"
  wait_until_healthy
  echo
  compose logs passbook 2>/dev/null | sed 's/^[^|]*| *//' | awk '
    /^Passbook is at / { at = $0; code = "" } /^No admin yet/ { code = $0 } END { print at; if (code) print code }'
  echo "To stop it, in $(pwd): ${program[*]} ${files[*]:+${files[*]} }down"
}

# Sets `program` to a command that reads compose files and has a running engine.
find_compose() {
  local docker=no
  if command -v docker >/dev/null; then
    if ! docker compose version >/dev/null 2>&1; then
      docker="Docker is there, but its compose plugin is not: install docker-compose-plugin (Debian: docker-compose)"
    elif ! docker info >/dev/null 2>&1; then
      docker="Docker is there, but its engine does not answer: start it (systemctl start docker), or run this as a user who may use it"
    else
      program=(docker compose)
      return
    fi
  fi
  if command -v podman >/dev/null; then
    if podman compose version >/dev/null 2>&1; then
      program=(podman compose)
      return
    elif command -v podman-compose >/dev/null; then
      program=(podman-compose)
      return
    fi
    [ "$docker" != no ] || stop "Podman is there, but nothing that reads compose files: install podman-compose"
  fi
  [ "$docker" = no ] || stop "$docker"
  stop "neither Docker nor Podman is installed: see https://docs.docker.com/engine/install, or run Passbook without (README.md)"
}

compose() {
  "${program[@]}" ${files[@]+"${files[@]}"} "$@"
}

# Asked inside the container, because engines report health in different ways.
wait_until_healthy() {
  local end=$((SECONDS + patience))
  until compose exec -T passbook passbook healthcheck >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$end" ]; then
      compose logs --tail 20 passbook >&2 || true
      stop "it was not healthy within $patience seconds: its log is above"
    fi
    sleep 1
  done
}

stop() {
  echo "passbook: $*" >&2
  exit 1
}

main "$@"
