"""The Prefect server and worker that live beside a checkout: started, found again and stopped by the project itself."""
