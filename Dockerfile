# One image for the API, the worker and the migration; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm AS build
RUN python -m venv /opt/venv
WORKDIR /app
COPY requirements.lock requirements-dev.lock pyproject.toml README.md ./
COPY settings settings
COPY ledger ledger
COPY workers workers
COPY server server
COPY cli cli
COPY training training
COPY bench bench
# requirements-dev.lock only pins here: it also holds the versions of PostgreSQL's drivers
RUN /opt/venv/bin/pip install --no-cache-dir -r requirements.lock \
 && /opt/venv/bin/pip install --no-cache-dir -c requirements-dev.lock --editable '.[postgres]' \
 && /opt/venv/bin/python -m compileall -q .

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin onrecord
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY models models
COPY demo demo
USER onrecord
EXPOSE 8321
ENTRYPOINT ["onrecord"]
CMD ["serve"]
