"""The cluster by Ansible: the inventory that its playbook goes by, from the topology."""
