# Two images from one tree: `gateway` for a deployment, `mocks` for those who develop against the registries.
# Build with `docker build --target gateway .` or `--target mocks`. Neither runs as root.

FROM python:3.11-slim AS dependencies
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --no-deps --require-hashes -r requirements.lock

# The gateway goes out without the mock suite: neither its package nor its command.
FROM dependencies AS gateway-build
COPY pyproject.toml README.md ./
COPY contracts/ contracts/
COPY signing/ signing/
COPY adapters/ adapters/
COPY gateway/ gateway/
RUN /opt/venv/bin/pip install --no-deps --no-build-isolation .
RUN rm /opt/venv/bin/registries-mock

FROM dependencies AS mocks-build
COPY pyproject.toml README.md ./
COPY contracts/ contracts/
COPY signing/ signing/
COPY registries_mock/ registries_mock/
RUN /opt/venv/bin/pip install --no-deps --no-build-isolation .
RUN rm /opt/venv/bin/asp-gateway

FROM python:3.11-slim AS mocks
# nettle: GOST signatures, fast and in constant time.
RUN apt-get update && apt-get install --yes --no-install-recommends libhogweed6 && rm -rf /var/lib/apt/lists
RUN useradd --system --uid 10001 --home-dir /var/lib/asp --create-home asp
COPY --from=mocks-build /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /var/lib/asp
USER 10001
EXPOSE 8088
ENTRYPOINT ["registries-mock"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8088", "--seed", "1"]

FROM python:3.11-slim AS gateway
RUN apt-get update && apt-get install --yes --no-install-recommends libhogweed6 && rm -rf /var/lib/apt/lists
RUN useradd --system --uid 10001 --home-dir /var/lib/asp --create-home asp
COPY --from=gateway-build /opt/venv /opt/venv
# Whoever runs the image must say what it is to trust: nothing that is only fit for trying out is a default here.
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 ASP_ENVIRONMENT=production
WORKDIR /var/lib/asp
USER 10001
EXPOSE 8080
ENTRYPOINT ["asp-gateway"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
