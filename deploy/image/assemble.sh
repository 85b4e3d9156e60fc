#!/bin/sh
# Builds the programs in this tree and puts what they need at run time into a folder: assemble.sh <folder>
# The Dockerfile runs it, and so does `npm run deploy:check -- --image` where there is no container engine.
set -eu
target=$1
programs=$(node scripts/programs.mjs)

npm ci --ignore-scripts --no-audit --no-fund
npm run build
npm prune --omit=dev --ignore-scripts --no-audit --no-fund

mkdir -p "$target/docs" "$target/deploy/image" "$target/apps"
cp package.json "$target/"
# The gateway serves it.
cp docs/openapi.json "$target/docs/"
cp deploy/image/health-check.mjs "$target/deploy/image/"
for program in $programs; do
  mkdir -p "$target/apps/$program"
  cp -R "apps/$program/package.json" "apps/$program/dist" "$target/apps/$program/"
done
cp -R dist "$target/"
# The workbench stays behind.
find libs -name dist -type d -not -path '*/node_modules/*' -not -path 'libs/workbench/*' |
  while read -r dist; do
    room=$(dirname "$dist")
    mkdir -p "$target/$room"
    cp -R "$room/package.json" "$dist" "$target/$room/"
  done
mv node_modules "$target/"
# Links to packages that stayed behind.
find "$target/node_modules/@smartkey" -type l ! -exec test -e {} \; -exec rm {} +
