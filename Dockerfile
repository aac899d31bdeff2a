# The demo in a container: docker build -t shopbook . && docker run --rm -p 8000:8000 shopbook
# Then open http://localhost:8000. For a shop of your own mount a home: docker run -v "$PWD/home:/home/shopbook/home" ...
FROM python:3.12-slim

RUN useradd --create-home shopbook
WORKDIR /src
COPY requirements.lock pyproject.toml setup.py MANIFEST.in README.md LICENSE ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY lib lib
COPY params params
COPY notebooks notebooks
COPY data/sample data/sample
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

USER shopbook
WORKDIR /home/shopbook
RUN shopbook demo
EXPOSE 8000
CMD ["python", "-m", "http.server", "8000", "--directory", "shopbook-demo/data/reports"]
